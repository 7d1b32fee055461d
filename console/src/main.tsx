import "@fontsource-variable/noto-sans-sc";
import "./design/tokens.css";
import { render } from "preact";
import { App } from "./app";

render(<App />, document.getElementById("app")!);
