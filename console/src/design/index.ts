/** The parts that pages are made of: `import { Button, Panel } from "../../design"`. */
export * from "./buttons";
export * from "./fields";
export * from "./icons";
export * from "./marks";
export * from "./notes";
export * from "./surfaces";
export * from "./tables";
export * from "./time";
export * from "./use_now";
