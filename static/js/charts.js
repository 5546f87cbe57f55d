// Plots of one page: plotly and the figures come when a reader opens them, in the page's own tokens.

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A token as a colour that plotly can read: it knows no light-dark(). */
function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Stacked bars are told apart by shade, so a key names the shades. */
function key(data) {
  const isStack = data.length > 1 && data.every((trace) => trace.type === "bar");
  return {
    showlegend: isStack,
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal", itemclick: false, itemdoubleclick: false },
  };
}

function layout(own) {
  const axis = {
    gridcolor: colour("--grid"), linecolor: colour("--edge"), zeroline: false, automargin: true,
    tickfont: { size: 12 },
  };
  return {
    ...own,
    font: { family: token("--sans"), size: 13, color: colour("--ink-2") },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { t: 8, r: 8, b: 40, l: 8 },
    xaxis: { ...axis, ...own.xaxis },
    yaxis: { ...axis, ...own.yaxis },
    hoverlabel: { bgcolor: colour("--sheet"), bordercolor: colour("--edge"), font: { color: colour("--ink") } },
  };
}

/** Points of a scale have the shades that they have in every other figure: four are 1 2 3 5. */
function shade(position, count) {
  if (count === 4) return colour(`--seq-${[1, 2, 3, 5][position]}`);
  return colour(`--seq-${count < 2 ? 3 : 1 + Math.round((4 * position) / (count - 1))}`);
}

function dressed(trace, position, all) {
  if (trace.type === "heatmap") {
    const steps = [1, 2, 3, 4, 5].map((n) => [(n - 1) / 4, colour(`--seq-${n}`)]);
    return { ...trace, colorscale: steps, colorbar: { ...trace.colorbar, outlinewidth: 0, thickness: 12 } };
  }
  if (trace.mode?.includes("lines")) {
    return { ...trace, line: { ...trace.line, color: colour("--plot") }, fillcolor: colour("--band") };
  }
  const own = trace.type === "bar"
    ? { color: shade(position, all.length), line: { color: colour("--paper"), width: 1 } }
    : { color: colour("--plot"), opacity: 0.75, line: { width: 0 } };
  return { ...trace, marker: { ...trace.marker, ...own } };
}

let library;
function plotly(address) {
  library ??= new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => loaded(window.Plotly);
    script.onerror = failed;
    document.head.append(script);
  });
  return library;
}

function draw(Plotly, place, figure) {
  const rows = new Set(figure.data[0].y).size;
  place.hidden = false;
  const div = place.querySelector("div");
  const height = figure.layout.height ?? Math.max(220, 90 + 26 * rows);
  const options = { displayModeBar: false, responsive: true };
  return Plotly.react(div, figure.data.map(dressed), { ...layout(figure.layout), ...key(figure.data), height }, options);
}

async function show(part, address) {
  const status = part.querySelector("[data-status]");
  try {
    const answer = fetch(part.dataset.figures, { headers: { Accept: "application/json" } });
    const [Plotly, figures] = [await plotly(address), await (await answer).json()];
    const paint = () => {
      for (const place of part.querySelectorAll("[data-figure]")) {
        const figure = figures[place.dataset.figure];
        if (figure) draw(Plotly, place, figure);
      }
    };
    paint();
    status.hidden = true;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
    new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  } catch {
    status.textContent = status.dataset.failed;
  }
}

for (const section of document.querySelectorAll("[data-charts]")) {
  for (const part of section.querySelectorAll("[data-figures]")) {
    part.addEventListener("toggle", () => {
      if (!part.open || part.dataset.shown) return;
      part.dataset.shown = "yes";
      part.querySelector("[data-status]").textContent = part.querySelector("[data-status]").dataset.words;
      show(part, section.dataset.charts);
    });
  }
}
