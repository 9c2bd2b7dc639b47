"""The demonstration house 锦绣花园: its people and some sixty records, written through the trail like everything."""

from services.demo.house import open_house

__all__ = ["open_house"]
