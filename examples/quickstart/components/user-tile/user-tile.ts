declare function Component(options: object & ThisType<any>): void;

Component({
  properties: {
    userId: String,
    mode: { type: String, value: 'video' },
    hasPicture: { type: Boolean, value: false },
  },
  methods: {
    onTap() {
      this.triggerEvent('pick', { userId: this.data.userId });
    },
  },
});
