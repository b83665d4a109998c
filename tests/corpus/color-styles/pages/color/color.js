Page({ data: { names: ['red', 'orange', 'yellow', 'olive', 'green', 'cyan', 'blue', 'purple', 'pink', 'brown', 'grey', 'black', 'white'] } });
