/* A field to draw a signature in, with finger, pen or mouse. What is kept are strokes in whole numbers on a field of
   1000 by 400; the picture is made on the server. */
const WIDE = 1000, HIGH = 400, THICK = 10;

function startPad(pad) {
  const canvas = pad.querySelector("canvas"), kept = pad.querySelector("input"), brush = canvas.getContext("2d");
  let strokes = [], current = null;
  try { strokes = JSON.parse(kept.value || "[]"); } catch { strokes = []; }

  const draw = () => {
    const box = canvas.getBoundingClientRect(), sharp = window.devicePixelRatio || 1;
    canvas.width = box.width * sharp;
    canvas.height = box.height * sharp;
    brush.setTransform(canvas.width / WIDE, 0, 0, canvas.height / HIGH, 0, 0);
    brush.lineWidth = THICK;
    brush.lineCap = brush.lineJoin = "round";
    brush.strokeStyle = getComputedStyle(canvas).color;
    for (const stroke of strokes) {
      brush.beginPath();
      brush.moveTo(...stroke[0]);
      for (const point of stroke) brush.lineTo(...point);
      brush.stroke();
    }
  };
  const keep = () => { kept.value = strokes.length ? JSON.stringify(strokes) : ""; draw(); };
  const at = (event) => {
    const box = canvas.getBoundingClientRect(), within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
    return [within((event.clientX - box.left) / box.width * WIDE, WIDE), within((event.clientY - box.top) / box.height * HIGH, HIGH)];
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    strokes.push(current = [at(event)]);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current) return;
    const points = event.getCoalescedEvents?.() ?? [];
    for (const each of points.length ? points : [event]) current.push(at(each));
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => { current = null; keep(); });
  }
  pad.querySelector("[data-undo]").addEventListener("click", () => { strokes.pop(); keep(); });
  pad.querySelector("[data-clear]").addEventListener("click", () => { strokes = []; keep(); });
  new ResizeObserver(draw).observe(canvas);
  draw();
}

export function startPads(root = document) {
  for (const pad of root.querySelectorAll("[data-pad]")) startPad(pad);
}
