"""Charts: pictures drawn on the server from plain data, as SVG that is the same on the page, in the PDF and in print.

A kind of chart is one small file here: `bars.py`, `columns.py`, `trend.py`, `ageing.py`, `pareto.py`, `sites.py`, `spark.py`.
`drawing.draw` makes the picture, `drawing.table_of` the same figures as a table, `drawing.shown` both for a template.
Nothing here knows the database. Each picture is read without colour: by pattern, shape, line and label.
"""

from services.charts.ageing import Ageing as Ageing
from services.charts.bars import Bars as Bars
from services.charts.chart import Chart as Chart
from services.charts.chart import Point as Point
from services.charts.columns import Columns as Columns
from services.charts.drawing import Picture as Picture
from services.charts.drawing import draw as draw
from services.charts.drawing import shown as shown
from services.charts.drawing import table_of as table_of
from services.charts.pareto import Pareto as Pareto
from services.charts.sites import Sites as Sites
from services.charts.spark import Spark as Spark
from services.charts.trend import Trend as Trend
