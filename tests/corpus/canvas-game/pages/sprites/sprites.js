Page({
  data: { said: '' },
  onReady() {
    this.createSelectorQuery().select('#s').node(({ node }) => {
      const context = node.getContext('2d');
      node.width = 300; node.height = 300;
      const image = node.createImage();
      image.onload = () => {
        for (let i = 0; i < 3; i++) context.drawImage(image, i * 100, 0, 90, 90);
        const data = node.createImageData ? node.createImageData(40, 40) : context.createImageData(40, 40);
        for (let at = 0; at < data.data.length; at += 4) data.data.set([255, at / 4 % 40 * 6, 120, 255], at);
        context.putImageData(data, 10, 120);
        const off = tt.createOffscreenCanvas();
        off.width = 80; off.height = 80;
        const pen = off.getContext('2d');
        pen.fillStyle = '#ffd93d';
        pen.fillRect(0, 0, 80, 80);
        pen.clearRect(20, 20, 40, 40);
        context.drawImage(off, 100, 120);
        this.setData({ said: `${image.width} × ${image.height}` });
      };
      image.onerror = () => this.setData({ said: 'no picture' });
      image.src = '/images/ball.png';
    }).exec();
  },
});
