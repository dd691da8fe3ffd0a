declare const Chart: typeof import('chart.js').Chart;
