Page({
  data: { rows: Array.from({ length: 5000 }, (_, id) => ({ id, text: `row ${id}` })) },
});
