/** The URL of a channel from what people have: a robot's key, or the whole webhook address that its group shows. Pure. */
export const CHANNEL_KINDS = ["wecombot", "dingtalk", "feishu", "mailtos", "other"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export interface ChannelDraft {
  kind: ChannelKind;
  key: string;
  secret: string;
  user: string;
  password: string;
  host: string;
  to: string;
  url: string;
}

export const BLANK_CHANNEL: ChannelDraft = { kind: "wecombot", key: "", secret: "", user: "", password: "", host: "", to: "", url: "" };

const PASTED: Record<string, RegExp> = { wecombot: /[?&]key=([\w-]+)/, dingtalk: /[?&]access_token=([\w-]+)/, feishu: /\/hook\/([\w-]+)/ };

const keyOf = (kind: string, text: string) => PASTED[kind]?.exec(text)?.[1] ?? text.trim();

function robot({ kind, key, secret }: ChannelDraft): string | null {
  const found = keyOf(kind, key);
  if (!found) return null;
  const signed = kind !== "wecombot" && secret.trim() ? `${encodeURIComponent(secret.trim())}@` : "";
  return `${kind}://${signed}${encodeURIComponent(found)}`;
}

function mail({ user, password, host, to }: ChannelDraft): string | null {
  const [name, domain] = user.trim().split("@");
  if (!name || !domain || !password || !to.trim()) return null;
  const query = new URLSearchParams({ smtp: host.trim() || domain, to: to.trim() });
  return `mailtos://${encodeURIComponent(name)}:${encodeURIComponent(password)}@${domain}?${query}`;
}

/** Return the URL; null while something is missing. */
export function channelUrl(draft: ChannelDraft): string | null {
  if (draft.kind === "mailtos") return mail(draft);
  if (draft.kind === "other") return draft.url.trim() || null;
  return robot(draft);
}
