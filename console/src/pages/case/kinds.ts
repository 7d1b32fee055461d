export * from "../../words/kinds";
