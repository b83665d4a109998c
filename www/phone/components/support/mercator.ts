/** Web Mercator, as maps of tiles have it. */

export interface Place {
  latitude: number;
  longitude: number;
}
export interface Point {
  x: number;
  y: number;
}

/** Pixels from the north-west corner of the world, whose side is 256 px at scale 0. */
export function project({ latitude, longitude }: Place, scale: number): Point {
  const side = 256 * 2 ** scale;
  const sine = Math.min(0.9999, Math.max(-0.9999, Math.sin((latitude * Math.PI) / 180)));
  return {
    x: ((longitude + 180) / 360) * side,
    y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * side,
  };
}

export function unproject({ x, y }: Point, scale: number): Place {
  const side = 256 * 2 ** scale;
  return {
    longitude: (x / side) * 360 - 180,
    latitude: (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / side))) * 180) / Math.PI,
  };
}

/** Metres on the ground that one pixel stands for. */
export function metresPerPixel(latitude: number, scale: number): number {
  return (156_543.034 * Math.cos((latitude * Math.PI) / 180)) / 2 ** scale;
}
