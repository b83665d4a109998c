Component({
  properties: { values: { type: Array, value: [] } },
  lifetimes: { ready() { this.draw(); } },
  methods: {
    draw() {
      const pen = tt.createCanvasContext('bars', this);
      const { values } = this.data;
      const most = Math.max(...values);
      values.forEach((value, at) => {
        const height = value / most * 150;
        pen.setFillStyle(at % 2 ? '#4d96ff' : '#6bcb77');
        pen.fillRect(20 + at * 50, 180 - height, 36, height);
      });
      pen.setStrokeStyle('#ffffff');
      pen.moveTo(10, 180);
      pen.lineTo(290, 180);
      pen.stroke();
      pen.draw();
    },
  },
});
