// Reads AsyncAPI documents with the AsyncAPI parser; prints what it found in each and says against it, as one JSON list.
// The library comes from the folder given first, for it is installed outside the sources.
//     node validate.mjs INSTALLED DOCUMENT...
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const [installed, ...files] = process.argv.slice(2);
const { Parser } = createRequire(join(installed, "package.json"))("@asyncapi/parser");
const parser = new Parser();
const found = [];
for (const file of files) {
  const { document, diagnostics } = await parser.parse(await readFile(file, "utf8"), { source: file });
  found.push({
    channels: document?.channels().all().map((channel) => channel.address()) ?? [],
    operations: document?.operations().all().map((operation) => `${operation.action()} ${operation.id()}`) ?? [],
    messages: document?.allMessages().all().map((message) => message.name()) ?? [],
    diagnostics: diagnostics.map(({ code, message, path, severity }) => ({ code, message, path, severity })),
  });
}
console.log(JSON.stringify(found));
