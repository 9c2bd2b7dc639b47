"""The sentinel: which complaints may be about one event, by time, place and words. It proposes; a person decides (C-07)."""
