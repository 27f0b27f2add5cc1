/** What a table says about one event in one phase. */
export type Cell<Do> =
  | Do
  | 'ignore' //     normal, and nothing to do
  | 'refuse' //     the world said something that does not fit: counted and journalled, nothing else
  | 'impossible'; // only we could have sent it: our model is wrong
