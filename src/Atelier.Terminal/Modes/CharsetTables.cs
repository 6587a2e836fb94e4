using System.Collections.Frozen;

namespace Atelier.Terminal.Modes;

/// <summary>What the national and the line drawing sets put in the place of ASCII characters.</summary>
/// <remarks>VT220 Programmer Reference Manual, tables 2-3 to 2-15; the set '0' is DEC Special Graphics.</remarks>
internal static class CharsetTables
{
    private const string Finnish = "[Ä\\Ö]Å^Ü`é{ä|ö}å~ü";
    private const string Norwegian = "@Ä[Æ\\Ø]Å^Ü`ä{æ|ø}å~ü";
    private const string Swedish = "@É[Ä\\Ö]Å^Ü`é{ä|ö}å~ü";

    private static readonly FrozenDictionary<char, char[]> s_tables = new Dictionary<char, string>
    {
        ['0'] = "`◆a▒b␉c␌d␍e␊f°g±h␤i␋j┘k┐l┌m└n┼o⎺p⎻q─r⎼s⎽t├u┤v┴w┬x│y≤z≥{π|≠}£~·",
        ['A'] = "#£",
        ['4'] = "#£@¾[i\\½]|{¨|f}¼~´",
        ['C'] = Finnish,
        ['5'] = Finnish,
        ['R'] = "#£@à[°\\ç]§{é|ù}è~¨",
        ['Q'] = "@à[â\\ç]ê^î`ô{é|ù}è~û",
        ['K'] = "@§[Ä\\Ö]Ü{ä|ö}ü~ß",
        ['Y'] = "#£@§[°\\ç]é`ù{à|ò}è~ì",
        ['E'] = Norwegian,
        ['6'] = Norwegian,
        ['Z'] = "#£@§[¡\\Ñ]¿{°|ñ}ç",
        ['H'] = Swedish,
        ['7'] = Swedish,
        ['='] = "#ù@à[é\\ç]ê^î_è`ô{ä|ö}ü~û",
        [Charsets.Ascii] = "",
    }.ToFrozenDictionary(pair => pair.Key, pair => TableOf(pair.Value));

    public static bool IsKnown(char set) => s_tables.ContainsKey(set);

    public static int Translate(char set, int codePoint) => codePoint < 127 ? s_tables[set][codePoint] : codePoint;

    private static char[] TableOf(string pairs)
    {
        var table = new char[127];
        for (var at = 0; at < table.Length; at++)
        {
            table[at] = (char)at;
        }

        for (var at = 0; at < pairs.Length; at += 2)
        {
            table[pairs[at]] = pairs[at + 1];
        }

        return table;
    }
}
