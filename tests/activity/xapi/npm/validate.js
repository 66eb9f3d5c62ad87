// Statements in, one a line; out, one a line: the warnings of @learninglocker/xapi-validation, as
// [[name of the warning, path, what stands there], ...]. Run where that package is installed.
'use strict';
const path = require('path');
const readline = require('readline');
const main = require.resolve('@learninglocker/xapi-validation', { paths: [process.cwd()] });
const validate = require(main).default;

// The store around that package turns a single Activity into a list before it validates; so do we.
const listed = (statement) => {
  const inner = statement && statement.object;
  for (const one of [statement, inner]) {
    const lists = one && one.context && one.context.contextActivities;
    if (lists && typeof lists === 'object' && !Array.isArray(lists)) {
      for (const name of Object.keys(lists)) {
        if (lists[name] && typeof lists[name] === 'object' && !Array.isArray(lists[name])) {
          lists[name] = [lists[name]];
        }
      }
    }
  }
  return statement;
};

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const statement = listed(JSON.parse(line));
  let found;
  try {
    found = validate(statement).map((warning) => [warning.constructor.name, warning.path, warning.data]);
  } catch (fault) {
    found = [[`threw ${fault.constructor.name}`, [], fault.message]];
  }
  process.stdout.write(JSON.stringify(found) + '\n');
});
