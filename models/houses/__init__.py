"""房屋与住户: the buildings and flats of a site, who lives in them; what every other register speaks of."""

from models.core.chapter import Chapter
from models.core.message import _
from models.houses.building import Building
from models.houses.household import Household
from models.houses.person import Person
from models.houses.unit import Unit

CHAPTER = Chapter("houses", _("Houses and households"), (Building, Unit, Household, Person), numbered=False)
