Component({
  properties: {
    events: { type: Array, value: [] },
  },
});
