#pragma once

#include "engine/base/option.h"

#include <QWidget>

#include <map>
#include <optional>
#include <string>

class QLabel;
class QVBoxLayout;

namespace ipclab {

/// How much of a form's width an editor wants.
enum class EditorWidth { Half, Full };

/// Lets a user set one option: a label, the input and, below it, a sentence when the input is wrong. Shows
/// and emits texts only; what fits is for the form to say.
class OptionEditor : public QWidget {
    Q_OBJECT

public:
    /// The editor for the specification's kind: a combo box or segments for choices, a check box, a line of
    /// text.
    static OptionEditor* make(const OptionSpec& spec, QWidget* parent);

    const OptionSpec& spec() const { return m_spec; }

    virtual QString text() const = 0;
    /// Emits nothing.
    virtual void setText(const QString& text) = 0;
    virtual EditorWidth wantedWidth() const = 0;

    /// Greys out the choices with these ids, each with its reason as a tool tip, and frees all others. Only
    /// choices have any; one that is already taken stays.
    virtual void refuseChoices(const std::map<std::string, QString>&) {}

    /// Shows the label and the help of another specification.
    void setWords(const OptionSpec& words);

    /// For an input whose heading says enough.
    void hideCaption();

    /// A sentence to show, or nothing when all is well.
    void setProblem(const std::optional<QString>& sentence);

signals:
    void edited(const QString& text);

protected:
    enum class Caption { Above, None };
    OptionEditor(const OptionSpec& spec, Caption caption, QWidget* parent);

    /// Puts the input below the label, which becomes its buddy.
    void setInput(QWidget* input);

private:
    OptionSpec m_spec;
    QVBoxLayout* m_layout;
    QLabel* m_caption = nullptr;
    QLabel* m_problem;
    QWidget* m_input = nullptr;
};

} // namespace ipclab
