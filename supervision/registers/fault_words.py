"""Codes of faults and their words in Chinese: the ONE table of what an item, a column or a file must be.

A fault is written in English where it is found; its code and its Chinese come from the sentence that it is of, by the
table's own templates, so that whoever finds a fault writes it once. A code never changes once published; a sentence
that is in no row here fails a test that reads all of them from the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from supervision.registers.table import REGISTERS

# What the world's own reading calls the types of JSON.
_TYPES = {
    "object": "对象",
    "array": "列表",
    "str": "文本",
    "int": "整数",
    "float": "数字",
    "bool": "true 或 false",
    "null": "空",
}
_REGISTERS = {register.document: register.zh for register in REGISTERS.values()} | {
    register.id_name.removesuffix("_id"): register.zh for register in REGISTERS.values()
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One row: what was expected.

    Attributes:
        code: For programs; never changes.
        en: As it is written where the fault is found, `{}` for what differs.
        zh: Likewise, in the same order.
    """

    code: str
    en: str
    zh: str


# The first that fits is taken: the narrower before the wider.
EXPECTED: Sequence[Sentence] = (
    Sentence("file_empty", "a file with items", "文件中应有数据"),
    Sentence("too_many_items", "at most {} items", "最多 {} 条"),
    Sentence("not_text", "a text in UTF-8 or GBK", "UTF-8 或 GBK 编码的文本文件"),
    Sentence("nul", "a text", "不含空字符的文本"),
    Sentence("nul", "texts without NUL characters", "不含空字符（NUL）的文本"),
    Sentence("too_many_columns", "at most {} columns", "最多 {} 列"),
    Sentence("too_many_members", "at most {} members", "最多 {} 个字段"),
    Sentence("cells", "{} cells", "本行应有 {} 个单元格"),
    Sentence("not_csv", "CSV", "CSV 格式"),
    Sentence("not_json", "JSON in UTF-8", "UTF-8 编码的 JSON"),
    Sentence("column_twice", "each column once", "每列只出现一次"),
    Sentence("id_column", "a column of it", "必须有编号列"),
    Sentence("not_items", "a list of items, or a FeatureCollection of places", "数据列表，或场所的 FeatureCollection"),
    Sentence("not_items", "a list of items", "数据列表"),
    Sentence("not_item", "an object with the members of the register", "由登记字段组成的对象"),
    Sentence("version", "the version that an answer gave", "读取时给出的版本号"),
    Sentence("id", "an id", "编号（不含 / ? # % 等字符）"),
    Sentence("id_twice", "each id once", "每个编号只出现一次"),
    Sentence("id_twice", "an id that no other item has", "不与其他条目重复的编号"),
    Sentence("id_path", "{}, as in the path", "与地址中的 {} 一致"),
    Sentence("not_admitted", "a device that was admitted (muckline device add)", "已准入的设备（muckline device add）"),
    Sentence("cancelled", "a permit that is not cancelled", "未注销的准运证"),
    Sentence("new_status", "applied or approved, as it is new", "新建时只能为申报或核准"),
    Sentence("status_step", "{}: a step changes it", "保持为 {}，状态须通过办理步骤变更"),
    Sentence("reason_needed", "a reason to {}", "填写办理理由（{}）"),
    Sentence("no_such", "one of {} that is there", "登记中已有的{}"),
    Sentence("choice", "one of {}", "以下之一：{}"),
    Sentence("pattern", "a text that matches {}", "符合格式 {} 的文本"),
    Sentence("length", "a text of 1 to {} characters", "1 至 {} 个字的文本"),
    Sentence("range", "a whole number from {} to {}", "{} 至 {} 的整数"),
    Sentence("range", "a number from {} to {}", "{} 至 {} 的数字"),
    Sentence("least", "a whole number of at least {}", "不小于 {} 的整数"),
    Sentence("least", "a number of at least {}", "不小于 {} 的数字"),
    Sentence("whole", "a whole number", "整数"),
    Sentence("number", "a number", "数字"),
    Sentence("time", "an instant with an offset, such as {}", "带时区的时间，如 {}"),
    Sentence("date", "a day such as {}", "日期，如 {}"),
    Sentence("ids", "a list of at most {} ids", "编号列表，最多 {} 个"),
    Sentence(
        "json_size",
        "a list or an object of at most {} bytes of JSON, {} deep, numbers up to {}",
        "JSON 列表或对象，最多 {} 字节、{} 层，数字不超过 {}",
    ),
    Sentence("geometry", "a GeoJSON geometry", "GeoJSON 图形"),
    Sentence(
        "assignments",
        'a list of {"vehicle_id", "from", "to"}, times with an offset or null',
        '{"vehicle_id", "from", "to"} 的列表，时间须带时区或为空',
    ),
    Sentence("times_order", "times that end after they begin", "结束晚于开始的时间段"),
    Sentence("times_order", "assignments that end after they begin", "结束晚于开始的时间段"),
    Sentence("times_overlap", "one truck at a time", "同一时间只对应一辆车"),
    Sentence("holder", "a company_id or vehicle_ids", "企业编号或车辆编号"),
    Sentence("holder", "vehicle_ids or a company_id", "企业编号或车辆编号"),
    Sentence("merge", "other items than the one to keep, each once", "与保留项不同且不重复的条目"),
    Sentence("together", "what the registers can hold together", "与其他登记不矛盾的内容"),
    Sentence("valid_order", "valid_to after valid_from", "失效时间晚于生效时间"),
    Sentence("limit_needed", "a limit_kmh, as its rule is speed", "限速区须填写限速值"),
    Sentence("ring", "a ring that ends where it begins", "首尾相接的边界"),
    Sentence("no_such", "a {} that the world has", "登记中已有的{}"),
    Sentence("member_needed", "a text in properties.{}", "properties.{} 中的文本"),
    Sentence("member_needed", "Object missing required field `{}`", "缺少必填字段 {}"),
    Sentence("strange_member", "Object contains unknown field `{}`", "不应有未知字段 {}"),
    Sentence("instant", "an instant such as {}", "时间，如 {}"),
    Sentence("clock", "a time of day such as {}", "一天中的时刻，如 {}"),
    Sentence("choice", "another word than {}", "规定的取值，而不是 {}"),
    Sentence("type", "another type than {}", "规定的类型，而不是 {}"),
    Sentence("array_length", "`array` of length {}", "长度为 {} 的列表"),
    Sentence("array_length", "`array` of at least length {}", "至少有 {} 项的列表"),
    Sentence("array_length", "`array` of length >= {}", "至少有 {} 项的列表"),
    Sentence("array_length", "`array` of length <= {}", "最多有 {} 项的列表"),
    Sentence("least", "`int` >= {}", "不小于 {} 的整数"),
    Sentence("least", "`float` >= {}", "不小于 {} 的数字"),
    Sentence("least", "`float` > {}", "大于 {} 的数字"),
    Sentence("most", "`int` <= {}", "不大于 {} 的整数"),
    Sentence("most", "`float` <= {}", "不大于 {} 的数字"),
    Sentence("type", "`{}`", "{}"),
)

GOT: Sequence[Sentence] = (
    Sentence("nothing", "nothing", "空"),
    Sentence("nothing", "none", "没有"),
    Sentence("nothing", "neither", "两者都没有"),
    Sentence("bytes", "bytes that are neither", "无法识别的字节"),
    Sentence("nul", "a NUL character", "空字符"),
    Sentence("nul", "one with", "含空字符"),
    Sentence("twice", "it twice", "出现两次"),
    Sentence("twice", "it in row {} too", "第 {} 行也有"),
    Sentence("twice", "it in rows {} and {}", "第 {} 和 {} 行都有"),
    Sentence("strange", "a member of another name", "没有这个字段"),
    Sentence("overlap", "times that overlap", "时间重叠"),
    Sentence("overlap", "assignments that overlap", "时间重叠"),
    Sentence("order", "one that does not", "有一段并非如此"),
)

# Where the code has no row of its own: what the world's reading found in a structured member.
OTHER = Sentence("form", "{}", "符合要求的内容（{}）")


def code_of(expected: str) -> str:
    """Return the code of what was expected."""
    return (_row(EXPECTED, expected) or (OTHER, ()))[0].code


def in_chinese(expected: str) -> str:
    """Return what was expected in Chinese."""
    sentence, values = _row(EXPECTED, expected) or (OTHER, (expected,))
    said = _SAID.get(sentence.code, str)
    return _filled(sentence.zh, [said(value) for value in values])


def got_in_chinese(got: str) -> str:
    """Return what came in Chinese where it is told in words; a value stays what it is."""
    found = _row(GOT, got)
    return got if found is None else _filled(found[0].zh, list(found[1]))


def _types(named: str) -> str:
    return "或".join(_TYPES.get(one.strip(), one.strip()) for one in named.split("|"))


# How what differs is said, by the code of its sentence.
_SAID: Mapping[str, Callable[[str], str]] = {
    "no_such": lambda name: _REGISTERS.get(name, name),
    "type": _types,
}


def _row(table: Sequence[Sentence], said: str) -> tuple[Sentence, tuple[str, ...]] | None:
    for sentence in table:
        match = _pattern(sentence.en).fullmatch(said)
        if match is not None:
            return sentence, match.groups()
    return None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(part) for part in template.split("{}")), re.DOTALL)


def _filled(template: str, values: Sequence[str]) -> str:
    """Return a template with values in the place of each `{}`; braces of JSON stay."""
    parts = template.split("{}")
    return "".join(part + value for part, value in zip(parts, [*values, ""], strict=True))
