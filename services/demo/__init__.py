"""The demonstration house 锦绣花园: its people, its stories and a year of ledgers, written through the trail like everything."""

from services.demo.house import open_house

__all__ = ["open_house"]
