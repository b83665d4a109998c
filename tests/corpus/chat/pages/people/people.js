Page({ data: { letters: [{ letter: 'A', people: ['Ada', '阿禾'] }, { letter: 'L', people: ['林青', '李白'] }, { letter: 'X', people: ['小满'] }] }, onPageScroll() {} });
