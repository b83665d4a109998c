// As uni-app's components do: what they are given is pure data, and an observer hands it on.
Component({
  options: { pureDataPattern: /^given/ },
  behaviors: [
    Behavior({
      properties: {
        givenAgain: {
          type: null,
          value: "",
          observer(value, old) {
            this.setData({ again: `${old} ${value}` });
          },
        },
      },
    }),
  ],
  properties: {
    given: {
      type: null,
      value: "",
      observer(value, old) {
        this.setData({ shown: `${old} ${value}` });
      },
    },
  },
  data: { shown: "", again: "", givenToNobody: "in sight" },
});
