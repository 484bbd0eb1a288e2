"""The statements that read a spec's data, source by source."""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.spec.catalog.registry import registered
from kspec.spec.eject.brought import script_name
from kspec.spec.eject.code import WIDTH, Call, Pairs, Row, indented, lines
from kspec.spec.eject.files import DRAWN, Files
from kspec.spec.eject.literals import quote
from kspec.spec.eject.names import RESERVED
from kspec.spec.eject.objects import value
from kspec.spec.models import Input, Spec

__all__ = ["Reading", "read_source"]


@dataclass
class Reading:
    """The lines within `load_data` that read the source; constants and functions that they need.

    They define x_train and y_train, and the same for the other `parts`.
    """

    body: list[str]
    constants: list[str] = field(default_factory=list)
    functions: list[list[str]] = field(default_factory=list)
    parts: tuple[str, ...] = ("train", "test")


def read_source(spec: Spec, files: Files) -> Reading:
    """The code that reads the data of `spec`."""
    source = spec.data.source
    if source == "npz" or source in DRAWN:
        return _archive(spec, files)
    if source == "images":
        return _images(spec, files)
    if source == "csv":
        return _table(spec, files)
    brought = registered("sources", source)
    if brought is not None:
        return _brought(spec, script_name(brought, RESERVED), files)
    return _keras_dataset(spec)


def _keras_dataset(spec: Spec) -> Reading:
    body = [f"(x_train, y_train), (x_test, y_test) = keras.datasets.{spec.data.source}.load_data()"]
    ravel = ".ravel()" if spec.data.source.startswith("cifar") else ""
    body.append(f'y_train = y_train{ravel}.astype("int32")')
    body.append(f'y_test = y_test{ravel}.astype("int32")')
    shape = next(iter(spec.entering.values())).shape
    if spec.data.source.endswith("mnist") and len(shape) == 3:
        body.append("x_train, x_test = x_train[..., np.newaxis], x_test[..., np.newaxis]")
    return Reading(indented(body))


def _brought(spec: Spec, called: str, files: Files) -> Reading:
    given = {key: value(key, each) for key, each in spec.data.options.items()}
    if files.path:
        given["path"] = "DATA"
    target = "(x_train, y_train), (x_test, y_test) = "
    body = lines(Call(called, (), tuple(given.items())), target, depth=1)
    for y in ("y_train", "y_test"):
        shape = f".reshape(len({y}), -1)" if spec.data.labels == "numbers" else ""
        body.append(f"    {y} = {y}{_labels(spec)}{shape}")
    return Reading(body, _data(files.path) if files.path else [])


def _archive(spec: Spec, files: Files) -> Reading:
    body = ["    with np.load(DATA) as data:"]
    several = len(spec.entering) > 1
    for part in files.parts:
        arrays = {}
        for name, each in spec.entering.items():
            key = f"x_{part}_{name}" if several else f"x_{part}"
            arrays[name] = f"data[{quote(key)}]{_samples(spec, each)}"
        pairs = Pairs(tuple((quote(name), array) for name, array in arrays.items()))
        x = pairs if several else next(iter(arrays.values()))
        body += lines(x, f"x_{part} = ", depth=2)
        body.append(f'        y_{part} = data["y_{part}"]{_labels(spec)}')
    return Reading(body, _data(files.path), parts=files.parts)


def _samples(spec: Spec, wanted: Input) -> str:
    """The conversion of an array to samples, if its dtype or shape may differ from the input's."""
    if spec.data.source in DRAWN:
        return ""
    text = "" if wanted.dtype == "float32" else f'.astype("{wanted.dtype}")'
    if wanted.shape[-1] == 1 and len(wanted.shape) > 2 and None not in wanted.shape:
        text += f".reshape(-1, {', '.join(map(str, wanted.shape))})"
    return text


def _labels(spec: Spec) -> str:
    labels = spec.data.labels
    if labels == "masks":
        ((height, width, *_),) = [each.shape for each in spec.entering.values()]
        is_known = spec.data.source not in DRAWN and None not in (height, width)
        shape = f".reshape(-1, {height}, {width})" if is_known else ""
        return f'.astype("int32"){shape}'
    if spec.data.source in DRAWN:
        return ""
    if labels == "numbers":
        return '.astype("float32")'
    return '.astype("int32").ravel()'


def _table(spec: Spec, files: Files) -> Reading:
    target = "float(row[TARGET])"
    if spec.data.labels == "classes":
        target = "int(float(row[TARGET]))" if files.has_numbers else "row[TARGET].strip()"
    columns = lines(Row(tuple(map(quote, files.columns))), "COLUMNS = ")
    constants = _data(files.path)
    if files.test_path is not None:
        constants += _data(files.test_path, "TEST_DATA")
    constants += [*columns, f"TARGET = {quote(spec.data.target or '')}"]
    read_table = f'''
def read_table(path):
    """The columns of a table as float32 (n, columns), and its target."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file, skipinitialspace=True)
        table.fieldnames = [name.strip() for name in table.fieldnames]
        rows = list(table)
    x = np.array([[float(row[name]) for name in COLUMNS] for row in rows], "float32")
    return x, np.array([{target} for row in rows])
'''
    body = ["x_train, y_train = read_table(DATA)"]
    if files.test_path is not None:
        body.append("x_test, y_test = read_table(TEST_DATA)")
    if spec.data.labels == "numbers":
        body += [f'{y} = {y}.astype("float32")[:, np.newaxis]' for y in _y(files.parts)]
    else:
        body.append("classes = np.unique(y_train)")
        body += [f'{y} = np.searchsorted(classes, {y}).astype("int32")' for y in _y(files.parts)]
    return Reading(indented(body), constants, [read_table.strip().splitlines()], files.parts)


def _y(parts: tuple[str, ...]) -> list[str]:
    return [f"y_{part}" for part in parts]


def _images(spec: Spec, files: Files) -> Reading:
    (only,) = spec.entering.values()
    height, width, channels = only.shape
    mode = "L" if channels == 1 else "RGB"
    shape = "[..., np.newaxis]" if channels == 1 else ""
    read_images = f'''
def read_images(folder, classes):
    """The pictures in the folders of the classes, and the number of each one's class."""
    x, y = [], []
    for label, name in enumerate(classes):
        for path in sorted((folder / name).glob("[!.]*")):
            if path.suffix.lower() not in SUFFIXES:
                continue
            with Image.open(path) as image:
                image = ImageOps.exif_transpose(image)
                if image.mode.startswith("I"):  # 16 bits of grey
                    grey = np.asarray(image).astype("int64") >> 8
                    image = Image.fromarray(grey.astype("uint8"))
                if image.has_transparency_data:
                    image = image.convert("RGBA")
                    white = Image.new("RGBA", image.size, "white")
                    image = Image.alpha_composite(white, image)
                image = image.convert("{mode}")
                image = image.resize(({width}, {height}), Image.Resampling.BILINEAR)
                x.append(np.asarray(image))
            y.append(label)
    return np.stack(x){shape}, np.array(y, "int32")
'''
    folders = files.folders or ("",)
    places = [f"DATA / {quote(each)}" if each else "DATA" for each in folders]
    first = f"({places[0]})" if files.folders else places[0]
    body = [f"classes = sorted(each.name for each in {first}.iterdir() if each.is_dir())"]
    body.append('classes = [name for name in classes if not name.startswith(".")]')
    body += [
        f"x_{part}, y_{part} = read_images({place}, classes)"
        for part, place in zip(files.parts, places, strict=True)
    ]
    suffixes = 'SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp")'
    constants = [*_data(files.path), suffixes]
    return Reading(indented(body), constants, [read_images.strip().splitlines()], files.parts)


def _data(path: str, name: str = "DATA") -> list[str]:
    """The constant with the path of a file, relative to the script."""
    line = f"{name} = Path(__file__).parent / {quote(path)}"
    if len(line) <= WIDTH:
        return [line]
    return lines(Call("Path(__file__).parent.joinpath", (quote(path),)), f"{name} = ")
