using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using NanoIoT.Device.Analyzers;

namespace NanoIoT.Device.Tests;

[TestClass]
public sealed class LanguageTests
{
    [TestMethod]
    [DataRow("class Box<T> { T item; }")]
    [DataRow("class C { void M<T>(T item) { } }")]
    [DataRow("class C { System.Collections.Generic.List<int> items; }")]
    [DataRow("using System.Linq; class C { void M(int[] a) { a.Where(x => x > 0); } }")]
    [DataRow("class C { void M() { System.Span<byte> s = new byte[3]; } }")]
    [DataRow("class C { async void M() { } }")]
    [DataRow("class C { System.Threading.Tasks.Task M() { return null; } }")]
    [DataRow("class C { System.Collections.IEnumerable M() { yield return 1; } }")]
    [DataRow("class C { int? value; }")]
    [DataRow("class C { (int, int) M() { return (1, 2); } }")]
    [DataRow("record R(int A);")]
    [DataRow("class C { int[,] grid; }")]
    [DataRow("class C { void M() { try { } catch (System.Exception e) when (e.Message == null) { } } }")]
    [DataRow("class C { int M(int a) { return checked(a + 1); } }")]
    [DataRow("class C { unsafe void M() { int* p = stackalloc int[3]; } }")]
    [DataRow("interface I { void M() { } }")]
    [DataRow("class C { string M() { return string.Join(\",\", \"a\"); } }")]
    [DataRow("class C { int M(int[] a) { return a[^1]; } }")]
    [DataRow("class C { void M(dynamic d) { d.X(); } }")]
    public async Task Code_that_a_board_does_not_run_does_not_compile(string source)
    {
        Diagnostic[] errors = await CompileAsync(source).ConfigureAwait(false);

        Assert.IsNotEmpty(errors, source);
    }

    [TestMethod]
    public async Task Code_that_a_board_runs_compiles()
    {
        const string source = """
            #nullable enable
            namespace N;
            public delegate void Handler(string text);
            public class P(int a)
            {
                private readonly int[] _list = [1, 2, 3];
                public event Handler? Changed;
                public int this[int index] => _list[index] + a;
                public string Name { get; set; } = "x";
                public string M(object o)
                {
                    int sum = 0;
                    foreach (int i in _list) { sum += i; }
                    Handler h = text => Name = text;
                    h("y");
                    Changed?.Invoke("z");
                    lock (_list) { sum++; }
                    string kind = o switch { int n => $"int {n}", string s => s, _ => "other" };
                    int Local(int b) => b >>> 1;
                    return kind + Local(sum).ToString();
                }
            }
            """;

        Diagnostic[] errors = await CompileAsync(source).ConfigureAwait(false);

        Assert.IsEmpty(errors, string.Join('\n', errors.Select(error => error.ToString())));
    }

    private static async Task<Diagnostic[]> CompileAsync(string source)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest));
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Fixture",
            [tree],
            DeviceAssemblies.References.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers([new DeviceLanguageAnalyzer()]).GetAllDiagnosticsAsync().ConfigureAwait(false);

        // What a lowering needs and does not find shows only when code is emitted.
        ImmutableArray<Diagnostic> emitted = compilation.Emit(Stream.Null).Diagnostics;
        return [.. found.Concat(emitted).Where(item => item.Severity == DiagnosticSeverity.Error)];
    }
}
