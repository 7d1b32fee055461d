/** Things to press. */
import type { ComponentChildren, HTMLAttributes } from "preact";
import { Icon, type IconName } from "./icons";

type Look = "plain" | "primary" | "danger" | "quiet";

interface ButtonProps extends Omit<HTMLAttributes<HTMLButtonElement>, "icon"> {
  look?: Look;
  icon?: IconName;
  /** Opens a page instead of doing something. */
  href?: string;
  type?: "button" | "submit";
  disabled?: boolean;
  children?: ComponentChildren;
}

const classes = (...names: (string | false | undefined)[]) => names.filter(Boolean).join(" ");

export function Button({ look = "plain", icon, href, type = "button", children, class: more, ...rest }: ButtonProps) {
  const name = classes("button", look !== "plain" && look, more as string | undefined);
  const inside = [icon && <Icon name={icon} />, children];
  if (href) return <a class={name} href={href} {...(rest as object)}>{inside}</a>;
  return <button class={name} type={type} {...(rest as object)}>{inside}</button>;
}

interface IconButtonProps extends Omit<ButtonProps, "children"> {
  icon: IconName;
  /** What it does; shown on hover and read aloud. */
  label: string;
  pressed?: boolean;
}

export function IconButton({ label, icon, look = "quiet", pressed, ...rest }: IconButtonProps) {
  const state = pressed === undefined ? {} : { "aria-pressed": pressed };
  return <Button look={look} icon={icon} class="icon-only" aria-label={label} title={label} {...state} {...rest} />;
}
