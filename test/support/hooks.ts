import sinon from 'sinon';

/** A rejection nobody awaited is a bug somewhere: it fails the run, wherever it comes from. */
process.on('unhandledRejection', (reason) => {
  throw reason;
});

export const mochaHooks = {
  afterEach(): void {
    sinon.restore();
  },
};
