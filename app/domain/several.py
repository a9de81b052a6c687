"""What a record says more than once of one column."""


class Several(tuple[object, ...]):
    """Its values in the record's order: as a field the first is read, of a mark all of them."""

    __slots__ = ()
