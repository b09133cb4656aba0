// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/forms/ParamForm.h"

#include "app/PlainText.h"
#include "app/Theme.h"
#include "app/forms/NoteLine.h"
#include "core/verify/schema.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>

#include <algorithm>

namespace veritune::app {
namespace {

bool namesType(const util::Json& schema, const char* type) {
    const auto found = schema.is_object() ? schema.find("type") : schema.end();
    if (!schema.is_object() || found == schema.end()) return false;
    if (found->is_string()) return found->get_ref<const std::string&>() == type;
    return found->is_array() &&
           std::any_of(found->begin(), found->end(), [type](const util::Json& one) {
               return one.is_string() && one.get_ref<const std::string&>() == type;
           });
}

/// A choice of yes and no; a parameter that may be something else, too, is written as JSON.
bool isYesNo(const util::Json& schema) {
    if (!namesType(schema, "boolean")) return false;
    const util::Json& type = schema["type"];
    return type.is_string() || type.size() == 1;
}

QString jsonText(const util::Json& value) {
    return fromUtf8(value.dump(-1, ' ', false, util::Json::error_handler_t::replace));
}

/// What a parameter is called; its technical name stands in the tooltip and for unknown ones.
QString labelOf(const QString& key) {
    if (key == QLatin1String("family")) return ParamForm::tr("Family");
    if (key == QLatin1String("atol")) return ParamForm::tr("Absolute tolerance");
    if (key == QLatin1String("rtol")) return ParamForm::tr("Relative tolerance");
    if (key == QLatin1String("decimals")) return ParamForm::tr("Decimal places");
    if (key == QLatin1String("sigfigs")) return ParamForm::tr("Significant figures");
    if (key == QLatin1String("lower")) return ParamForm::tr("Lowest value");
    if (key == QLatin1String("upper")) return ParamForm::tr("Highest value");
    if (key == QLatin1String("decimal_mark")) return ParamForm::tr("Decimal mark");
    if (key == QLatin1String("decimal_ok")) return ParamForm::tr("Decimals for fractions");
    if (key == QLatin1String("percent_lenient"))
        return ParamForm::tr("Percent sign may be missing");
    if (key == QLatin1String("multi")) return ParamForm::tr("Several options may be right");
    if (key == QLatin1String("options")) return ParamForm::tr("Options");
    if (key == QLatin1String("case_sensitive")) return ParamForm::tr("Capital letters count");
    if (key == QLatin1String("ignore_punctuation")) return ParamForm::tr("Ignore punctuation");
    if (key == QLatin1String("ignore_case")) return ParamForm::tr("Capital letters do not count");
    if (key == QLatin1String("case_cpu_s")) return ParamForm::tr("Processor seconds per test");
    if (key == QLatin1String("memory_mib")) return ParamForm::tr("Memory in MiB");
    if (key == QLatin1String("wall_ms")) return ParamForm::tr("Longest time in ms");
    if (key == QLatin1String("partial")) return ParamForm::tr("Credit for parts");
    if (key == QLatin1String("require_unit")) return ParamForm::tr("A unit must stand there");
    if (key == QLatin1String("unit")) return ParamForm::tr("Unit");
    if (key == QLatin1String("element")) return ParamForm::tr("Verifier of an element");
    if (key == QLatin1String("multiset")) return ParamForm::tr("Repeated elements count");
    if (key == QLatin1String("ordered")) return ParamForm::tr("The order counts");
    if (key == QLatin1String("normalise")) return ParamForm::tr("Normal form");
    if (key == QLatin1String("order")) return ParamForm::tr("Order of day and month");
    if (key == QLatin1String("amount")) return ParamForm::tr("Amount");
    if (key == QLatin1String("calendar")) return ParamForm::tr("Calendar of holidays");
    if (key == QLatin1String("holidays")) return ParamForm::tr("More holidays");
    if (key == QLatin1String("clamp")) return ParamForm::tr("Stay in the month");
    if (key == QLatin1String("exclude_start")) return ParamForm::tr("Leave out the first day");
    if (key == QLatin1String("roll")) return ParamForm::tr("Move off holidays");
    if (key == QLatin1String("start")) return ParamForm::tr("Start");
    if (key == QLatin1String("base")) return ParamForm::tr("Counted in");
    if (key == QLatin1String("expression")) return ParamForm::tr("Formula");
    if (key == QLatin1String("inputs")) return ParamForm::tr("Inputs of the formula");
    if (key == QLatin1String("scheme")) return ParamForm::tr("Kind of number");
    if (key == QLatin1String("sources")) return ParamForm::tr("Sources");
    if (key == QLatin1String("must_cover")) return ParamForm::tr("Must be quoted");
    if (key == QLatin1String("min_quotes")) return ParamForm::tr("Fewest quotations");
    if (key == QLatin1String("min_words")) return ParamForm::tr("Fewest words");
    if (key == QLatin1String("fields")) return ParamForm::tr("Verifiers of the fields");
    if (key == QLatin1String("schema")) return ParamForm::tr("JSON schema");
    if (key == QLatin1String("example")) return ParamForm::tr("An example that fits");
    if (key == QLatin1String("parts")) return ParamForm::tr("Parts");
    if (key == QLatin1String("elements")) return ParamForm::tr("Elements");
    if (key == QLatin1String("form")) return ParamForm::tr("Form");
    if (key == QLatin1String("answer_tag")) return ParamForm::tr("Answer tag");
    if (key == QLatin1String("boxed")) return ParamForm::tr("Box around the answer");
    if (key == QLatin1String("forbid")) return ParamForm::tr("Forbidden texts");
    if (key == QLatin1String("language")) return ParamForm::tr("Language");
    if (key == QLatin1String("max_chars")) return ParamForm::tr("Most characters");
    if (key == QLatin1String("min_chars")) return ParamForm::tr("Fewest characters");
    if (key == QLatin1String("max_lines")) return ParamForm::tr("Most lines");
    if (key == QLatin1String("script")) return ParamForm::tr("Script");
    if (key == QLatin1String("think")) return ParamForm::tr("Reasoning tags");
    return key;
}

}  // namespace

ParamForm::ParamForm(AppContext& context, const QString& objectName, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_schema(util::Json::object()) {
    setObjectName(objectName);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap2);
    m_problem = new NoteLine(context, objectName + QStringLiteral(".problem"), this);
    column->addWidget(m_problem);
}

void ParamForm::setSchema(const util::Json& schema) {
    m_schema = schema;
    m_rows.clear();
    delete m_grid;
    m_grid = new QWidget(this);
    auto* grid = new QGridLayout(m_grid);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(kGap3);
    grid->setVerticalSpacing(kGap2);
    grid->setColumnStretch(1, 1);
    static_cast<QVBoxLayout*>(layout())->insertWidget(0, m_grid);
    const auto properties = schema.find("properties");
    if (properties != schema.end() && properties->is_object()) {
        const auto required = schema.find("required");
        for (const auto& [key, one] : properties->items()) {
            bool isRequired = false;
            if (required != schema.end())
                isRequired = std::find(required->begin(), required->end(), key) != required->end();
            addRow(fromUtf8(key), one, isRequired);
        }
    } else if (schema.value("additionalProperties", true)) {
        // A free object: as JSON.
        addRow({}, util::Json::object(), false);
    }
    m_grid->setVisible(!m_rows.isEmpty());
    retranslate();
    check();
}

void ParamForm::addRow(const QString& key, const util::Json& schema, bool isRequired) {
    Row row{.key = key, .isRequired = isRequired};
    const QString name = objectName() + u'.' + (key.isEmpty() ? QStringLiteral("json") : key);
    row.label = new PlainLabel(m_grid);
    row.label->setWordWrap(true);
    QWidget* editor = nullptr;
    const auto choices = schema.is_object() ? schema.find("enum") : schema.end();
    if ((schema.is_object() && choices != schema.end()) || isYesNo(schema)) {
        row.combo = new QComboBox(m_grid);
        row.combo->addItem(QString());
        if (schema.is_object() && choices != schema.end()) {
            for (const util::Json& choice : *choices) {
                row.combo->addItem(
                    choice.is_string() ? fromUtf8(choice.get<std::string>()) : jsonText(choice),
                    jsonText(choice));
            }
        } else {
            row.combo->addItem(QString(), QStringLiteral("true"));
            row.combo->addItem(QString(), QStringLiteral("false"));
        }
        connect(row.combo, &QComboBox::currentIndexChanged, this, [this] { check(); });
        editor = row.combo;
    } else {
        row.takesText = namesType(schema, "string");
        row.takesNumber = namesType(schema, "number") || namesType(schema, "integer");
        row.line = new QLineEdit(m_grid);
        connect(row.line, &QLineEdit::textChanged, this, [this] { check(); });
        editor = row.line;
    }
    editor->setObjectName(name);
    editor->setMinimumWidth(120);
    auto* grid = static_cast<QGridLayout*>(m_grid->layout());
    const auto at = static_cast<int>(m_rows.size());
    grid->addWidget(row.label, at, 0);
    grid->addWidget(editor, at, 1);
    m_rows.push_back(row);
}

void ParamForm::retranslate() {
    for (const Row& row : m_rows) {
        QString label = row.key.isEmpty() ? tr("Parameters, as JSON") : labelOf(row.key);
        QWidget* editor = row.combo ? static_cast<QWidget*>(row.combo) : row.line;
        editor->setAccessibleName(label);
        setPlainToolTip(
            editor,
            row.key.isEmpty()
                ? label
                //: %1 the technical name of a parameter
                : tr("Parameter “%1” of the verifier. Left empty, it is not set.").arg(row.key));
        //: a field that must be filled in; %1 its label
        if (row.isRequired) label = tr("%1 (needed)").arg(label);
        row.label->setText(label);
        if (!row.combo) continue;
        row.combo->setItemText(0, tr("not set"));
        if (row.combo->itemData(1).toString() == QLatin1String("true")) {
            row.combo->setItemText(1, tr("yes"));
            row.combo->setItemText(2, tr("no"));
        }
    }
}

void ParamForm::setValue(const util::Json& params) {
    for (Row& row : m_rows) {
        row.given = util::Json();
        if (row.key.isEmpty()) {
            row.line->setText(params.empty() ? QString() : jsonText(params));
            continue;
        }
        const auto found = params.find(row.key.toStdString());
        if (row.combo) {
            const int at = found == params.end() ? 0 : row.combo->findData(jsonText(*found));
            row.combo->setCurrentIndex(qMax(0, at));
        } else if (found == params.end()) {
            row.line->clear();
        } else {
            row.line->setText(found->is_string() ? fromUtf8(found->get<std::string>())
                                                 : jsonText(*found));
            row.given = *found;
            row.givenText = row.line->text();
        }
    }
    check();
}

util::Result<util::Json> ParamForm::valueOf(const Row& row) const {
    // "0.01" as a text is exact, 0.01 as a number is not: what nobody touched stays as it came.
    if (row.line && !row.given.is_null() && row.line->text() == row.givenText) return row.given;
    const QString text =
        row.combo ? row.combo->currentData().toString() : row.line->text().trimmed();
    if (text.isEmpty()) return util::Json();
    const std::string bytes = text.toStdString();
    auto parsed = util::parse_json(bytes, row.key.toStdString());
    if (row.combo) return parsed;
    if (parsed &&
        (!row.takesText || (row.takesNumber && parsed->is_number()) || parsed->is_structured()))
        return parsed;
    if (row.takesText || row.takesNumber) return util::Json(bytes);
    return parsed;
}

util::Result<util::Json> ParamForm::value() const {
    util::Json params = util::Json::object();
    for (const Row& row : m_rows) {
        VT_ASSIGN(util::Json one, valueOf(row));
        if (one.is_null()) continue;
        if (row.key.isEmpty()) return one;
        params[row.key.toStdString()] = std::move(one);
    }
    VT_TRY(verify::check_schema(m_schema, params, "params"));
    return params;
}

void ParamForm::check() {
    const auto now = value();
    m_problem->set(Severity::kWarn, now ? QString() : oneLine(now.error().message, 300));
    emit edited();
}

}  // namespace veritune::app
