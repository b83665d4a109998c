Page({ data: { n: 0 } });
