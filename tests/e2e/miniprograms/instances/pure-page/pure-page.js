Page({ data: { word: "first" } });
