// Stores, gets, voids and pages through statements with npm's @xapi/xapi; prints what came back as JSON.
// Arguments: the folder that the package is installed in, endpoint, key, secret.
"use strict";

const [folder, endpoint, key, secret] = process.argv.slice(2);
const XAPI = require(require.resolve("@xapi/xapi", { paths: [folder] }));

const actor = { objectType: "Agent", account: { homePage: "https://lecture.example.edu", name: "u-204" } };
const verb = { id: "http://adlnet.gov/expapi/verbs/experienced", display: { en: "watched" } };
const object = {
  objectType: "Activity",
  id: "https://lecture.example.edu/media/v-17",
  definition: { name: { en: "Lecture 4: Queues & Åse" } },
};

async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return error.response ? error.response.status : error.status;
  }
}

async function main() {
  const client = new XAPI({ endpoint, auth: XAPI.toBasicAuth(key, secret), version: "1.0.3" });
  const told = {};
  told.about = (await client.getAbout()).data;
  [told.sent] = (await client.sendStatement({ statement: { actor, verb, object } })).data;
  told.many = (
    await client.sendStatements({ statements: [1, 2, 3].map(() => ({ actor, verb, object })) })
  ).data;
  const got = await client.getStatement({ statementId: told.sent });
  told.got = got.data;
  told.version = got.headers["x-experience-api-version"];
  told.through = got.headers["x-experience-api-consistent-through"];
  told.pages = [];
  let page = (await client.getStatements({ limit: 3, agent: actor, related_agents: true, ascending: true })).data;
  for (;;) {
    told.pages.push(page.statements.map((statement) => statement.id));
    if (!page.more) break;
    page = (await client.getMoreStatements({ more: page.more })).data;
  }
  const several = (await client.getStatements({ limit: 2, attachments: true })).data;
  told.parts = several.length;
  told.withAttachments = several[0].statements.map((statement) => statement.id);
  const single = (await client.getStatement({ statementId: told.sent, attachments: true })).data;
  told.singleParts = [single.length, single[0].id];
  [told.voiding] = (await client.voidStatement({ actor, statementId: told.sent })).data;
  told.gone = await refusal(client.getStatement({ statementId: told.sent }));
  told.voided = (await client.getVoidedStatement({ voidedStatementId: told.sent })).data.id;
  told.allVoided = (await client.voidStatements({ actor, statementIds: told.many })).data.length;
  told.conflict = await refusal(
    client.sendStatement({ statement: { id: told.sent, actor, verb: { id: "https://a.b/other" }, object } }),
  );
  told.bad = await refusal(client.sendStatement({ statement: { actor, verb: { id: "x" }, object } }));
  told.attached = await refusal(
    client.sendStatement({
      statement: {
        actor,
        verb,
        object,
        attachments: [
          {
            usageType: "https://a.b/usage",
            display: { en: "x" },
            contentType: "text/plain",
            length: 1,
            sha2: "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
          },
        ],
      },
      attachments: [new Uint8Array([120]).buffer],
    }),
  );
  console.log(JSON.stringify(told));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
