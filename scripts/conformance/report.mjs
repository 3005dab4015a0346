/** What agrees and what does not, as vitest finds out. */

/** As in test/contracts/e2b-wire.ts. */
const DIFFERS = ' — differs on purpose: ';
const LONGEST_REASON = 300;

/** Its own error, or that of the suite that could not begin. */
function reason(test) {
  const errors = [...(test.result().errors ?? [])];
  for (let node = test.parent; node.type === 'suite'; node = node.parent) errors.push(...node.errors());
  return (errors[0]?.message ?? 'not asked').replace(/\s+/g, ' ').slice(0, LONGEST_REASON);
}

/** Groups of promises, in their order, each with its promises. */
function groupsOf(modules) {
  const groups = new Map();
  for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
    const group = test.parent.type === 'suite' ? test.parent.fullName.split(' > ').slice(1).join(', ') : '';
    groups.set(group, [...(groups.get(group) ?? []), test]);
  }
  return groups;
}

/** The lines of the report. A promise that was never asked (its sandbox could not be had) does not agree. */
export function reportLines(modules, unhandledErrors = []) {
  const rows = [];
  const disagreeing = [];
  const differing = [];
  let agreed = 0;
  for (const [group, tests] of groupsOf(modules)) {
    const asked = tests.filter((test) => test.result().state !== 'skipped' || test.options.mode === 'run');
    const onPurpose = asked.filter((test) => test.name.includes(DIFFERS) && test.result().state === 'passed');
    const wrong = asked.filter((test) => test.result().state !== 'passed');
    const right = asked.length - onPurpose.length - wrong.length;
    if (asked.length === 0) continue;
    agreed += right;
    rows.push([group, right, wrong.length, onPurpose.length]);
    differing.push(...onPurpose.map((test) => test.name.split(DIFFERS)));
    disagreeing.push(...wrong.map((test) => [group, test.name.split(DIFFERS)[0], reason(test)]));
  }
  const broken = [...modules.flatMap((module) => module.errors()), ...unhandledErrors].map((error) => error.message);
  return [
    ...table([['', 'agrees', 'does not', 'differs on purpose'], ...rows]),
    ...listed(
      'Does not agree:',
      disagreeing.map(([group, name, why]) => `${group}: ${name}\n      ${why}`),
    ),
    ...listed(
      'Differs on purpose:',
      differing.map(([name, why]) => `${name}: ${why}`),
    ),
    ...listed('Could not be run:', broken),
    '',
    disagreeing.length + broken.length === 0
      ? `Everything asked agrees: ${agreed} promises.`
      : `${agreed} promises agree, ${disagreeing.length} do not.`,
  ];
}

function listed(title, lines) {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  · ${line}`)];
}

function table(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)));
  const line = (row) => `| ${row.map((cell, i) => String(cell).padEnd(widths[i])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)];
}

/** Says each promise as it is kept or not, then the report. */
export function conformanceReporter(print) {
  return {
    onTestCaseResult(test) {
      const { state } = test.result();
      if (state === 'passed') print(`  ${test.name.includes(DIFFERS) ? '≠' : '✓'} ${test.name.split(DIFFERS)[0]}`);
      else if (state === 'failed') print(`  ✗ ${test.name.split(DIFFERS)[0]}`);
    },
    onTestRunEnd(modules, unhandledErrors) {
      print('');
      for (const line of reportLines(modules, unhandledErrors)) print(line);
    },
  };
}
