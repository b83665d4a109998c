Component({
  properties: {
    user: String,
    mine: { type: Boolean, value: false },
  },
  data: { wrong: "" },
  methods: {
    failed(event: { detail: { errMsg: string } }) {
      this.setData({ wrong: event.detail.errMsg });
    },
  },
});
