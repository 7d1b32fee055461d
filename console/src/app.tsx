/** The console: who is logged in decides between the login page and the pages that they may open. */
import type { ComponentType } from "preact";
import { LocationProvider, Route, Router, useLocation } from "preact-iso";
import { useEffect, useErrorBoundary, useState } from "preact/hooks";
import { Empty, ErrorNote, Toasts } from "./design";
import { translator } from "./i18n";
import { pages } from "./pages";
import type { Page } from "./pages/page";
import { ended, may, recognize, user } from "./session/session";
import { Login, LoginAgain } from "./shell/login";
import { FirstPassword } from "./shell/password";
import { Alerts } from "./shell/alerts";
import { Frame } from "./shell/frame";
import { words } from "./shell/words";

const t = translator(words);

export const BASE = "/console";

/** Return a component that loads the page when it is first shown. */
function opened(page: Page): ComponentType<{ params?: Record<string, string> }> {
  let loaded: ComponentType<Record<string, string>> | undefined;
  return function Opened({ params = {} }) {
    const [, shown] = useState(0);
    const [failed, fail] = useState<unknown>(null);
    const [broken, mend] = useErrorBoundary((error) => console.error(error));
    const load = () => {
      fail(null);
      page.load().then((module) => ((loaded = module.default), shown(1)), fail);
    };
    useEffect(() => {
      if (!loaded) load();
    }, []);
    const Content = loaded;
    const inside = broken || failed ? (
      <div class="page"><ErrorNote error={broken ?? failed} onRetry={broken ? mend : load} /></div>
    ) : !page.open && !may(page.permission) ? (
      <div class="page"><Empty icon="lock">{t("not_permitted")}</Empty></div>
    ) : Content ? (
      <Content key={JSON.stringify(params)} {...params} />
    ) : (
      <div class="page" aria-busy="true" />
    );
    return page.bare ? inside : <Frame page={page}>{inside}</Frame>;
  };
}

const routes = pages.map((page) => ({ path: BASE + page.path, component: opened(page) }));

function NotFound() {
  return <Frame><div class="page"><Empty icon="search">{t("not_found")} <a href={`${BASE}/`}>{t("to_start")}</a></Empty></div></Frame>;
}

function Pages() {
  const { path } = useLocation();
  useEffect(() => {
    document.title = "Muckline";
  }, [path]);
  return (
    <Router>
      {routes.map((route) => <Route key={route.path} {...route} />)}
      <Route default component={NotFound} />
    </Router>
  );
}

function Recognized() {
  const [failed, fail] = useState<unknown>(null);
  const ask = () => {
    fail(null);
    recognize().catch(fail);
  };
  useEffect(ask, []);
  if (failed) return <div class="page"><ErrorNote error={failed} onRetry={ask} /></div>;
  if (user.value === undefined) return null;
  if (user.value === null) return <Login />;
  const { name } = user.value;
  return (
    <>
      {user.value.must_change_password ? <FirstPassword /> : (
        <>
          {may("look") && <Alerts key={`alerts of ${name}`} />}
          <Pages key={name} />
        </>
      )}
      {ended.value && <LoginAgain of={name} />}
    </>
  );
}

const openPages = pages.filter((page) => page.open);
const openRoutes = openPages.map((page) => ({ path: BASE + page.path, component: opened(page) }));
const isOpen = (path: string) => openPages.some((page) => path.startsWith(BASE + page.path.replace(/:.*/, "")));

/** Who opens a page that is open to everybody is not asked who it is. */
function Entered() {
  const { path } = useLocation();
  if (!isOpen(path)) return <Recognized />;
  return <Router>{openRoutes.map((route) => <Route key={route.path} {...route} />)}</Router>;
}

export function App() {
  return (
    <LocationProvider scope={BASE}>
      <Entered />
      <Toasts />
    </LocationProvider>
  );
}
