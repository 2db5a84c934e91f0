#include "gui/deadlock_dialog.h"

#include "gui/widgets/wait_graph_view.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ipclab {

DeadlockDialog::DeadlockDialog(const WaitGraph& graph, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Deadlock"));
    setModal(false);
    setAttribute(Qt::WA_DeleteOnClose);
    auto* sentence = new QLabel(QString::fromStdString(graph.sentence()), this);
    sentence->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton* breakIt = buttons->addButton(tr("Break it"), QDialogButtonBox::DestructiveRole);
    const QString victim = QString::fromStdString(graph.edges.front().waiter);
    breakIt->setToolTip(tr("Kills the %1; the others find out as they would in real life.").arg(victim));
    buttons->button(QDialogButtonBox::Close)->setFocus(); // it comes up while something else is typed
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(breakIt, &QPushButton::clicked, this, [this, role = graph.edges.front().waiter] {
        emit faultWanted({.kind = FaultKind::Kill, .target = role});
        close();
    });
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(new WaitGraphView(graph, this), 1);
    layout->addWidget(sentence);
    layout->addWidget(buttons);
}

} // namespace ipclab
