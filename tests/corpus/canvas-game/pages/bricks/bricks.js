const Board = require('../../game/board');
Page({
  data: { frames: 0, score: 0 },
  onReady() {
    tt.createSelectorQuery().select('#board').fields({ node: true, size: true }).exec(([{ node, width, height }]) => {
      const { pixelRatio } = tt.getSystemInfoSync();
      node.width = width * pixelRatio;
      node.height = height * pixelRatio;
      const context = node.getContext('2d');
      context.scale(pixelRatio, pixelRatio);
      this.board = new Board(width, height);
      this.node = node;
      const loop = () => {
        this.board.step();
        this.board.draw(context);
        this.count = (this.count || 0) + 1;
        // A game that shows itself for two seconds, then waits for a player.
        if (this.count < 120) this.frame = node.requestAnimationFrame(loop);
        else this.setData({ frames: this.count, score: this.board.score });
      };
      this.frame = node.requestAnimationFrame(loop);
    });
  },
  onUnload() { if (this.node) this.node.cancelAnimationFrame(this.frame); },
  touch(event) { this.setData({ touch: `${Math.round(event.touches[0].x)}` }); },
});
