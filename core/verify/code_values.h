// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <string>
#include <string_view>
#include <vector>

/// Values of Python programs, compared outside of Python: no `__eq__` of a program is ever asked.
/// On the wire a value is a JSON array whose first entry is its tag:
///   ["n"] none · ["b",true] · ["i","-ff"] whole number in hexadecimal · ["f","0x1.8p+0"] ·
///   ["c",re,im] · ["s",text] · ["y","6162"] bytes · ["l",[...]] list · ["t",[...]] tuple ·
///   ["q",[...]] deque · ["S",[...]] set · ["d",[[key,value],...]] dict;
///   a further text names a relative: Counter, defaultdict, OrderedDict, frozenset, namedtuple
namespace veritune::verify {

struct CodeValue {
    enum class Kind {
        kNone,
        kBool,
        kInt,
        kFloat,
        kComplex,
        kStr,
        kBytes,
        kList,
        kTuple,
        kDeque,
        kSet,
        kDict,
    };
    Kind kind = Kind::kNone;
    bool flag = false;             ///< kBool
    double re = 0.0;               ///< kFloat, kComplex
    double im = 0.0;               ///< kComplex
    std::string text;              ///< kInt: "-ff" without leading zeros; kStr: UTF-8; kBytes: hex
    std::string relative;          ///< "Counter"; empty = the plain type
    std::vector<CodeValue> items;  ///< kDict: key, value, key, value, ...
};

/// At most 64 levels, 100,000 parts, 1 MiB. errors  kCorruptData: not a value of this table
util::Result<CodeValue> parse_code_value(std::string_view json);
/// Tagged form, already parsed.
util::Result<CodeValue> tagged_code_value(const util::Json& json);
/// Plain JSON: null, true, 18, 1.5, "x", lists and objects with text keys; {"py": [...]} holds a
/// tagged form. What golds are written in. errors  kCorruptData (a number beyond 2^64 among them)
util::Result<CodeValue> gold_code_value(const util::Json& json);

enum class CompareMode {
    kStrict,    ///< equal types and equal values: True is not 1, a list is no tuple
    kPythonEq,  ///< numbers by exact value, relatives of dict = dict, set = frozenset; NaN is equal
                ///< to nothing; a list still is no tuple
    kApprox,    ///< as kPythonEq, but |a - b| <= atol + rtol * |expected| for numbers anywhere
    kUnordered,  ///< as kPythonEq, but the outermost list or tuple in any order
};
struct CompareRule {
    CompareMode mode = CompareMode::kStrict;
    double atol = 1e-6;
    double rtol = 1e-7;
};
bool equal_values(const CodeValue& got, const CodeValue& expected, const CompareRule& rule);

/// A Python expression that evaluates to the value (a deque to a call, a relative to its base
/// type). Whole numbers are hexadecimal: Python 3.11 refuses decimal texts above 4,300 digits.
std::string python_literal(const CodeValue& value);

/// Standard output of a program: white space at the ends of lines and empty lines at the end do not
/// count; the number of lines must be equal, then the words of each line. numeric  words that are
/// decimal numbers are equal when their values are
bool equal_output(std::string_view got, std::string_view expected, bool numeric);

}  // namespace veritune::verify
