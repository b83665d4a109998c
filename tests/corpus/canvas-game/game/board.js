class Board {
  constructor(width, height) {
    Object.assign(this, { width, height, x: width / 2, y: height - 60, dx: 3, dy: -4, score: 0 });
    this.bricks = [];
    for (let row = 0; row < 4; row++) for (let column = 0; column < 6; column++) this.bricks.push({ row, column });
  }
  step() {
    this.x += this.dx;
    this.y += this.dy;
    if (this.x < 8 || this.x > this.width - 8) this.dx = -this.dx;
    if (this.y < 8 || this.y > this.height - 30) this.dy = -this.dy;
    const size = this.width / 6;
    const left = this.bricks.length;
    this.bricks = this.bricks.filter(({ row, column }) => !(this.x > column * size && this.x < (column + 1) * size && this.y > 20 + row * 24 && this.y < 40 + row * 24));
    if (this.bricks.length < left) { this.dy = -this.dy; this.score += left - this.bricks.length; }
  }
  draw(context) {
    context.fillStyle = '#1b2140';
    context.fillRect(0, 0, this.width, this.height);
    const size = this.width / 6;
    this.bricks.forEach(({ row, column }) => {
      context.fillStyle = ['#ff6b6b', '#ffd93d', '#6bcB77', '#4d96ff'][row];
      context.fillRect(column * size + 2, 20 + row * 24, size - 4, 20);
    });
    context.fillStyle = '#fff';
    context.beginPath();
    context.arc(this.x, this.y, 8, 0, Math.PI * 2);
    context.fill();
    context.fillRect(this.x - 40, this.height - 20, 80, 10);
  }
}
module.exports = Board;
