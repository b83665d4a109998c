const two = (number) => `${number}`.padStart(2, '0');

/** Seconds as `mm:ss`. */
const clock = (seconds) => `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;

module.exports = { clock };
