// Where examples/web puts the tiles of a call.

import assert from "node:assert/strict";
import { test } from "node:test";

import { layout } from "../../examples/web/layout.js";

const SIZES = [
  [320, 200],
  [342, 284],
  [366, 660],
  [418, 640],
  [648, 626],
  [1360, 700],
];

test("tiles fill the space they have, and never overlap or leave it", () => {
  for (const [width, height] of SIZES) {
    for (let screens = 0; screens <= 2; screens++) {
      for (let people = 0; people <= 9; people++) {
        const places = layout(screens, people, width, height);
        const label = `${screens} screens and ${people} people in ${width} × ${height}`;
        assert.equal(places.length, screens + people, label);
        for (const [index, place] of places.entries()) {
          assert.ok(place.width > 20 && place.height > 20, `${label}: a tile is too small to be seen`);
          assert.ok(place.x > -0.01 && place.x + place.width < width + 0.01, label);
          assert.ok(place.y > -0.01 && place.y + place.height < height + 0.01, label);
          for (const other of places.slice(index + 1)) assert.ok(!overlap(place, other), label);
        }
      }
    }
  }
});

test("a shared screen is larger than all people together", () => {
  for (const [width, height] of SIZES) {
    const [screen, ...people] = layout(1, 3, width, height);
    assert.ok(area(screen) > people.map(area).reduce((sum, one) => sum + one), `${width} × ${height}`);
  }
});

test("two people are below each other on a phone, and beside each other on a wide screen", () => {
  const [above, below] = layout(0, 2, 366, 660);
  assert.ok(below.y > above.y);
  const [left, right] = layout(0, 2, 1360, 600);
  assert.ok(right.x > left.x);
});

test("there is no place to lay out before the page has a size", () => {
  assert.deepEqual(layout(0, 1, 0, 0), [{ x: 0, y: 0, width: 0, height: 0 }]);
  assert.deepEqual(layout(0, 0, 300, 300), []);
});

const area = ({ width, height }) => width * height;
const overlap = (a, b) =>
  a.x < b.x + b.width - 0.01 &&
  b.x < a.x + a.width - 0.01 &&
  a.y < b.y + b.height - 0.01 &&
  b.y < a.y + a.height - 0.01;
