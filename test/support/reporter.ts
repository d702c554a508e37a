import Mocha from 'mocha';

interface ReporterOptions {
  readonly reporterOptions?: Readonly<Record<string, string>>;
}

/** Shows every title as it passes, and writes mocha's own JSON beside it, from which the totals are read. */
export default class SpecAndJson {
  readonly #json: Mocha.reporters.JSON;

  constructor(runner: Mocha.Runner, options: ReporterOptions) {
    // The message of Node's own assertions has the difference; mocha's would ask Temporal values for a number, and lose the failure.
    runner.on('fail', (_test, error: { showDiff?: boolean }) => {
      error.showDiff = false;
    });
    new Mocha.reporters.Spec(runner, options as Mocha.MochaOptions);
    const output = options.reporterOptions?.output ?? '.test/mocha.json';
    this.#json = new Mocha.reporters.JSON(runner, { ...options, reporterOptions: { output } } as Mocha.MochaOptions);
  }

  done(failures: number, finish: (failures: number) => void): void {
    const json = this.#json as { done?: (failures: number, finish: (failures: number) => void) => void };
    if (json.done === undefined) {
      finish(failures);
      return;
    }
    json.done(failures, finish);
  }
}
