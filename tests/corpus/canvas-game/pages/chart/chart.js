Page({ data: { values: [3, 9, 4, 7, 5] } });
