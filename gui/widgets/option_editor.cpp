#include "gui/widgets/option_editor.h"

#include "gui/widgets/segmented_control.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QStandardItemModel>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>

namespace ipclab {

namespace {

/// Segments are for few and short choices: what fits into the form's narrowest width.
constexpr int widestSegments = 276;
constexpr std::size_t mostSegments = 4;

/// Lets the wheel scroll the form and not change a choice that it happens to pass.
class WheelFilter final : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject*, QEvent* event) override
    {
        if (event->type() != QEvent::Wheel)
            return false;
        event->ignore();
        return true;
    }
};

void leaveWheelToForm(QComboBox* combo)
{
    combo->setFocusPolicy(Qt::StrongFocus);
    combo->installEventFilter(new WheelFilter(combo));
}

QStringList titlesOf(const OptionSpec& spec)
{
    QStringList titles;
    for (const OptionChoice& choice : spec.choices)
        titles << QString::fromStdString(choice.title);
    return titles;
}

int indexOf(const OptionSpec& spec, const QString& id)
{
    const auto found = std::ranges::find(spec.choices, id.toStdString(), &OptionChoice::id);
    return found == spec.choices.end() ? -1 : static_cast<int>(found - spec.choices.begin());
}

QString idAt(const OptionSpec& spec, int index)
{
    return index < 0 ? QString() : QString::fromStdString(spec.choices[static_cast<std::size_t>(index)].id);
}

/// What to say about a choice: why it cannot be taken, or what it is.
QString toolTipFor(const OptionChoice& choice, const std::map<std::string, QString>& reasons)
{
    const auto reason = reasons.find(choice.id);
    return reason == reasons.end() ? QString::fromStdString(choice.help) : reason->second;
}

class ComboEditor final : public OptionEditor {
public:
    ComboEditor(const OptionSpec& spec, QWidget* parent)
        : OptionEditor(spec, Caption::Above, parent), m_combo(new QComboBox(this))
    {
        m_combo->addItems(titlesOf(spec));
        refuseChoices({});
        m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        leaveWheelToForm(m_combo);
        setInput(m_combo);
        connect(m_combo, &QComboBox::activated, this, [this] { emit edited(text()); });
    }

    QString text() const override { return idAt(spec(), m_combo->currentIndex()); }
    void setText(const QString& text) override { m_combo->setCurrentIndex(indexOf(spec(), text)); }
    EditorWidth wantedWidth() const override { return EditorWidth::Full; }

    void refuseChoices(const std::map<std::string, QString>& reasons) override
    {
        const auto* items = qobject_cast<const QStandardItemModel*>(m_combo->model());
        for (int i = 0; i < m_combo->count(); ++i) {
            const OptionChoice& choice = spec().choices[static_cast<std::size_t>(i)];
            items->item(i)->setEnabled(!reasons.contains(choice.id));
            items->item(i)->setToolTip(toolTipFor(choice, reasons));
        }
    }

private:
    QComboBox* m_combo;
};

class SegmentEditor final : public OptionEditor {
public:
    SegmentEditor(const OptionSpec& spec, QWidget* parent)
        : OptionEditor(spec, Caption::Above, parent),
          m_segments(new SegmentedControl(titlesOf(spec), SegmentedControl::Look::Spread, this))
    {
        refuseChoices({});
        setInput(m_segments);
        connect(m_segments, &SegmentedControl::chosen, this, [this] { emit edited(text()); });
    }

    QString text() const override { return idAt(spec(), m_segments->current()); }
    void setText(const QString& text) override { m_segments->setCurrent(indexOf(spec(), text)); }
    EditorWidth wantedWidth() const override { return EditorWidth::Full; }

    void refuseChoices(const std::map<std::string, QString>& reasons) override
    {
        QStringList toolTips;
        for (std::size_t i = 0; i < spec().choices.size(); ++i) {
            const OptionChoice& choice = spec().choices[i];
            m_segments->setEnabledAt(static_cast<int>(i), !reasons.contains(choice.id));
            toolTips << toolTipFor(choice, reasons);
        }
        m_segments->setToolTips(toolTips);
    }

private:
    SegmentedControl* m_segments;
};

class SwitchEditor final : public OptionEditor {
public:
    SwitchEditor(const OptionSpec& spec, QWidget* parent)
        : OptionEditor(spec, Caption::None, parent),
          m_box(new QCheckBox(QString::fromStdString(spec.label), this))
    {
        setInput(m_box);
        connect(m_box, &QCheckBox::clicked, this, [this] { emit edited(text()); });
    }

    QString text() const override
    {
        return m_box->isChecked() ? QStringLiteral("on") : QStringLiteral("off");
    }
    void setText(const QString& text) override { m_box->setChecked(text == QLatin1String("on")); }
    EditorWidth wantedWidth() const override { return EditorWidth::Full; }

private:
    QCheckBox* m_box;
};

class LineEditor final : public OptionEditor {
public:
    LineEditor(const OptionSpec& spec, QWidget* parent)
        : OptionEditor(spec, Caption::Above, parent), m_line(new QLineEdit(this)),
          m_meaning(new QLabel(m_line))
    {
        m_meaning->setObjectName("fieldMeaning");
        m_meaning->setAttribute(Qt::WA_TransparentForMouseEvents);
        auto* inside = new QHBoxLayout(m_line);
        inside->setContentsMargins(0, 0, 8, 0);
        inside->addStretch();
        inside->addWidget(m_meaning);
        setInput(m_line);
        connect(m_line, &QLineEdit::textChanged, this, &LineEditor::showMeaning);
        connect(m_line, &QLineEdit::textEdited, this, &OptionEditor::edited);
        connect(m_line, &QLineEdit::editingFinished, this, &LineEditor::writeCanonically);
    }

    QString text() const override { return m_line->text(); }
    void setText(const QString& text) override
    {
        if (text != m_line->text())
            m_line->setText(text);
    }
    EditorWidth wantedWidth() const override
    {
        return spec().kind == OptionKind::Text ? EditorWidth::Full : EditorWidth::Half;
    }

private:
    void writeCanonically()
    {
        const std::string typed = m_line->text().toStdString();
        if (!problemOf(spec(), typed))
            setText(QString::fromStdString(canonicalText(spec(), typed)));
    }

    /// Beside a 0 that is no amount.
    void showMeaning(const QString& text)
    {
        const std::string_view meaning = meaningOf(spec(), text.toStdString());
        m_meaning->setText(QString::fromUtf8(meaning.data(), static_cast<qsizetype>(meaning.size())));
    }

    QLineEdit* m_line;
    QLabel* m_meaning;
};

/// Usual texts to choose from, but any other can be typed.
class SuggestionEditor final : public OptionEditor {
public:
    SuggestionEditor(const OptionSpec& spec, QWidget* parent)
        : OptionEditor(spec, Caption::Above, parent), m_combo(new QComboBox(this))
    {
        m_combo->setEditable(true);
        m_combo->setInsertPolicy(QComboBox::NoInsert);
        m_combo->setCompleter(nullptr);
        m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        for (const OptionChoice& choice : spec.choices) {
            m_combo->addItem(QString::fromStdString(choice.id));
            m_combo->setItemData(m_combo->count() - 1, QString::fromStdString(choice.help), Qt::ToolTipRole);
        }
        leaveWheelToForm(m_combo);
        setInput(m_combo);
        m_combo->lineEdit()->setAccessibleName(m_combo->accessibleName());
        connect(m_combo, &QComboBox::textActivated, this, &OptionEditor::edited);
        connect(m_combo->lineEdit(), &QLineEdit::textEdited, this, &OptionEditor::edited);
    }

    QString text() const override { return m_combo->currentText(); }
    void setText(const QString& text) override
    {
        if (text != m_combo->currentText())
            m_combo->setEditText(text);
    }
    EditorWidth wantedWidth() const override { return EditorWidth::Full; }

private:
    QComboBox* m_combo;
};

bool fitsSegments(const OptionSpec& spec, const QWidget& parent)
{
    return spec.choices.size() <= mostSegments &&
           SegmentedControl::widthFor(titlesOf(spec), parent.fontMetrics()) <= widestSegments;
}

} // namespace

OptionEditor* OptionEditor::make(const OptionSpec& spec, QWidget* parent)
{
    switch (spec.kind) {
    case OptionKind::Choice:
        if (fitsSegments(spec, *parent))
            return new SegmentEditor(spec, parent);
        return new ComboEditor(spec, parent);
    case OptionKind::Switch:
        return new SwitchEditor(spec, parent);
    case OptionKind::Text:
        if (!spec.choices.empty())
            return new SuggestionEditor(spec, parent);
        return new LineEditor(spec, parent);
    default:
        return new LineEditor(spec, parent);
    }
}

OptionEditor::OptionEditor(const OptionSpec& spec, Caption caption, QWidget* parent)
    : QWidget(parent), m_spec(spec), m_layout(new QVBoxLayout(this)), m_problem(new QLabel(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(3);
    if (caption == Caption::Above) {
        m_caption = new QLabel(this);
        m_caption->setObjectName("fieldCaption");
        m_layout->addWidget(m_caption);
    }
    m_problem->setObjectName("fieldProblem");
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_layout->addWidget(m_problem);
    m_layout->addStretch();
}

void OptionEditor::setInput(QWidget* input)
{
    m_input = input;
    input->setObjectName(QString::fromStdString(m_spec.id));
    if (m_caption)
        m_caption->setBuddy(input);
    m_layout->insertWidget(m_caption ? 1 : 0, input);
    setWords(m_spec);
}

void OptionEditor::setWords(const OptionSpec& words)
{
    const QString label = QString::fromStdString(words.label);
    const QString help = QString::fromStdString(explanationOf(words));
    setToolTip(help);
    if (m_caption)
        m_caption->setText(label);
    m_input->setAccessibleName(label);
    m_input->setAccessibleDescription(help);
}

void OptionEditor::hideCaption()
{
    if (m_caption)
        m_caption->hide();
}

void OptionEditor::setProblem(const std::optional<QString>& sentence)
{
    m_problem->setVisible(sentence.has_value());
    m_problem->setText(sentence.value_or(QString()));
    if (m_input->property("wrong").toBool() == sentence.has_value())
        return;
    m_input->setProperty("wrong", sentence.has_value());
    m_input->style()->unpolish(m_input);
    m_input->style()->polish(m_input);
}

} // namespace ipclab
