"""Stands in for datasets in tests: a table is a list of rows."""


def disable_progress_bars():
    pass


def Value(kind):
    return kind


def Json():
    return "json"


def List(kind):
    return [kind]


class Features(dict):
    pass


class Dataset(list):
    @classmethod
    def from_generator(cls, generator, features, cache_dir, gen_kwargs):
        if any(isinstance(value, list) for value in gen_kwargs.values()):
            raise ValueError("a list is taken for parts to be read one by one")
        rows = cls(generator(**gen_kwargs))
        for row in rows:
            if set(row) != set(features):
                raise ValueError(f"the columns {sorted(row)} are not those of the table")
        return rows
