/** The numbers of a run, and the names of what was skipped: the reason stands in the name of the suite. */

/** The outermost skipped suites and tests below a suite or module, by their full names. */
function skippedIn(node) {
  const found = [];
  for (const child of node.children) {
    if (child.options.mode === 'skip' || child.options.mode === 'todo') found.push(child.fullName);
    else if (child.type === 'suite') found.push(...skippedIn(child));
  }
  return found;
}

function count(modules, state) {
  return modules.reduce((sum, module) => sum + [...module.children.allTests(state)].length, 0);
}

/** A file that cannot be loaded, or an error outside of any test, counts as a failure. */
export function summarize(vitest) {
  const modules = vitest.state.getTestModules();
  const broken = modules.reduce((sum, module) => sum + module.errors().length, 0);
  return {
    passed: count(modules, 'passed'),
    failed: count(modules, 'failed') + broken + vitest.state.getUnhandledErrors().length,
    skipped: count(modules, 'skipped'),
    skippedNames: modules.flatMap(skippedIn),
  };
}
