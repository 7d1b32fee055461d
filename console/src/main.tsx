import "@fontsource-variable/noto-sans-sc";
import "./design/tokens.css";
import "./design/base.css";
import "./design/components.css";
import "./shell/theme";
import { render } from "preact";
import { App } from "./app";

render(<App />, document.getElementById("app")!);
