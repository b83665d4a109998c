Page({
  data: { path: '' },
  onReady() {
    const pen = tt.createCanvasContext('face');
    pen.setFillStyle('#ffd93d');
    pen.arc(150, 110, 80, 0, 2 * Math.PI);
    pen.fill();
    pen.setFillStyle('#222222');
    pen.fillRect(115, 80, 16, 24);
    pen.fillRect(170, 80, 16, 24);
    pen.setLineWidth(6);
    pen.setStrokeStyle('#d1495b');
    pen.setLineCap('round');
    pen.beginPath();
    pen.moveTo(110, 140);
    pen.quadraticCurveTo(150, 175, 190, 140);
    pen.stroke();
    pen.save();
    pen.translate(20, 20);
    pen.rotate(0.3);
    const shade = pen.createLinearGradient(0, 0, 60, 0);
    shade.addColorStop(0, '#4d96ff');
    shade.addColorStop(1, '#6bcb77');
    pen.setFillStyle(shade);
    pen.fillRect(0, 0, 60, 30);
    pen.restore();
    pen.drawImage('/images/ball.png', 240, 160, 50, 50);
    pen.draw(false, () => {
      tt.canvasToTempFilePath({ canvasId: 'face', success: ({ tempFilePath }) => this.setData({ path: tempFilePath }), fail: ({ errMsg }) => this.setData({ path: errMsg }) });
    });
  },
});
