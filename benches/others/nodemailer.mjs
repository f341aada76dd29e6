// Sends a letter with nodemailer's pool, as its users write it: templates compiled once, filled in for each recipient.
//
//   node nodemailer.mjs FOLDER PORT CONNECTIONS LETTERS

import { readFileSync } from "node:fs";
import Handlebars from "handlebars";
import nodemailer from "nodemailer";

const [folder, port, connections, letters] = process.argv.slice(2);
const read = (name) => readFileSync(`${folder}/${name}`, "utf8");
const text = Handlebars.compile(read("letter.text"), { noEscape: true });
const html = Handlebars.compile(read("letter.html"));

const names = ["email", "name", "salutation", "title", "organisation", "country", "tags"];
// The cells of this list have no quotes inside.
const cells = (line) => [...line.matchAll(/"([^"]*)"|([^,]+)/g)].map(([, quoted, plain]) => quoted ?? plain);
const rows = read("recipients.csv").split(/\r?\n/).slice(1, Number(letters) + 1);
const recipients = rows.map((line) => Object.fromEntries(cells(line).map((cell, at) => [names[at], cell])));

const transport = nodemailer.createTransport({
    pool: true,
    maxConnections: Number(connections),
    maxMessages: Infinity,
    host: "127.0.0.1",
    port: Number(port),
    ignoreTLS: true,
});
// As many at a time as keep the pool busy, so that the letters are not all in memory.
const queue = recipients.values();
const send = async () => {
    for (const recipient of queue) {
        await transport.sendMail({
            from: "Letter Secretariat <letters@coalition.example>",
            to: { name: recipient.name, address: recipient.email },
            subject: `Joint public letter to ${recipient.organisation}: keep the delta alive`,
            text: text(recipient),
            html: html(recipient),
        });
    }
};
await Promise.all(Array.from({ length: 2 * Number(connections) }, send));
transport.close();
