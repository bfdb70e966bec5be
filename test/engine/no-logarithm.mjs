// Loaded into a process under test (`node --import`): what a bug of ours would do to a stage that takes logarithms.
Math.log = () => {
  throw new Error('no logarithm today');
};
