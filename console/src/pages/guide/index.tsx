/** What to click first: a few steps for whoever is logged in. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import { Button, Icon, type IconName } from "../../design";
import { translator } from "../../i18n";
import { pages } from "..";
import { may, type Permission, user } from "../../session/session";
import { words } from "./words";
import "./guide.css";

const t = translator(words);

type Step = { name: "live" | "cases" | "sent" | "case" | "playback" | "trucks" | "places" | "rules" | "statistics" | "wall" | "report" | "own" | "scores" | "manifests" | "apply" | "permits"; icon: IconName; to: string; permission: Permission };

/** In the order in which they are worth a click; what a role may not do is left out. */
function steps(newest: string | null): Step[] {
  const all: (Step | false)[] = [
    { name: "live", icon: "map", to: "/", permission: "look" },
    user.value?.role === "company" && { name: "own", icon: "lock", to: "/trucks", permission: "look" },
    { name: may("verify") ? "cases" : "sent", icon: "inbox", to: "/cases", permission: "work" },
    { name: "case", icon: "shield", to: newest ? `/cases/${newest}` : "/cases", permission: "look" },
    { name: "playback", icon: "play", to: "/playback", permission: "track" },
    { name: "trucks", icon: "truck", to: "/trucks", permission: "look" },
    { name: "scores", icon: "chart", to: "/scores", permission: "appeal" },
    user.value?.company_id ? { name: "apply", icon: "key", to: "/permits/applications", permission: "apply" } : { name: "permits", icon: "key", to: "/permits/applications", permission: "permit" },
    { name: "manifests", icon: "document", to: "/manifests", permission: "look" },
    { name: "places", icon: "pin", to: "/places", permission: "draw" },
    { name: "rules", icon: "settings", to: "/rules", permission: "tune" },
    { name: "statistics", icon: "chart", to: "/statistics", permission: "verify" },
    { name: "report", icon: "camera", to: "/report", permission: "report" },
    { name: "wall", icon: "wall", to: "/wall", permission: "verify" },
  ];
  const paths = new Set(pages.map((page) => page.path.split("/:")[0]));
  return all.filter((step): step is Step => step !== false && may(step.permission) && paths.has(step.to.replace(/\/[0-9a-f-]{36}$/, "")));
}

export default function Guide() {
  const [newest, find] = useState<string | null>(null);
  useEffect(() => {
    get("/v1/cases", { limit: 1, min_severity: 2 }).then((page) => find(page.cases[0]?.case_id ?? null), () => undefined);
  }, []);
  return (
    <div class="page guide">
      <h1>{t("title")}</h1>
      <p class="muted">{t("hello", { name: user.value?.display_name ?? "" })}</p>
      <ol>
        {steps(newest).map((step, at) => (
          <li class="panel" key={step.name}>
            <span class="number" aria-hidden="true">{at + 1}</span>
            <div class="grow">
              <h2><Icon name={step.icon} large /> {t(step.name)}</h2>
              <p>{t(`${step.name}_text`)}</p>
            </div>
            <Button look={at === 0 ? "primary" : "plain"} icon="chevron_right" href={`/console${step.to}`}>{t("open")}</Button>
          </li>
        ))}
      </ol>
    </div>
  );
}
