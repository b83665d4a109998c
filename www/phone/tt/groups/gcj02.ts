/**
 * GCJ-02, the coordinates that maps in China are drawn in: WGS-84 shifted by a few hundred metres,
 * after the formula that is commonly known. Outside of China they are the same.
 */
interface Place {
  latitude: number;
  longitude: number;
}

/** Semi-major axis in metres and squared eccentricity of the Krasovsky 1940 ellipsoid. */
const AXIS = 6378245;
const ECCENTRICITY = 0.006693421622965943;

export function toGcj02({ latitude, longitude }: Place): Place {
  if (longitude < 72.004 || longitude > 137.8347 || latitude < 0.8293 || latitude > 55.8271)
    return { latitude, longitude };
  const [x, y] = [longitude - 105, latitude - 35];
  const { sin, cos, sqrt, abs, PI } = Math;
  const wave = (20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * (2 / 3);
  const waves = (of: number, ...parts: [factor: number, divisor: number][]) =>
    parts.reduce((sum, [factor, divisor]) => sum + factor * sin((of / divisor) * PI), 0) * (2 / 3);
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * sqrt(abs(x)) +
    wave +
    waves(y, [20, 1], [40, 3]) +
    waves(y, [160, 12], [320, 30]);
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * sqrt(abs(x)) +
    wave +
    waves(x, [20, 1], [40, 3]) +
    waves(x, [150, 12], [300, 30]);
  const angle = (latitude / 180) * PI;
  const magic = 1 - ECCENTRICITY * sin(angle) ** 2;
  return {
    latitude: latitude + (north * 180) / (((AXIS * (1 - ECCENTRICITY)) / (magic * sqrt(magic))) * PI),
    longitude: longitude + (east * 180) / ((AXIS / sqrt(magic)) * cos(angle) * PI),
  };
}
