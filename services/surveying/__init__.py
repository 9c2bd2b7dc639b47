"""The survey engine: who is asked, the forms that go out under their numbers, and how they come back."""
